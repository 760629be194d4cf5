"""How refusals begin: the phrases that stop a conversation.

Each list is one text for translators, who write how people say no in their own language.
Phrases are separated by semicolons. "/" separates words that may stand in one place, "~" is
nothing at all, and a phrase that ends in "!" counts only where a mark or the end follows it:
"no!" hears "No." and "No, thanks", not "No one has asked the children yet".
"""

from ideahub.core.i18n import N_

# What people say before they come to the point.
PREAMBLES = N_("""\
well; sorry; sorry but; i am sorry but; i'm sorry but; i am afraid; i'm afraid; i fear;
honestly; frankly; to be honest; to be frank; with respect; with all due respect; hm; hmm; um;
ah; oh; ok; okay; look; listen; i think; i guess; i believe; in my opinion/view;
as far as i know; as much as i like it; obviously; clearly; unfortunately; sadly; realistically;
guys; folks""")

# Why it is refused → how that sounds, in the order in which they are tried.
PHRASES = {
    "but": N_("""\
yes but; yeah/yep but; ja but; sure but; fine but; ok/okay but; great but;
nice/good/great/lovely/interesting/noble/fun idea but; nice try; nice in theory;
i like it/this/that but; i like the/this/your idea but; i love it/this/that but;
i love the/this/your idea but; i agree but; in theory!; on paper!; but"""),
    "tried": N_("""\
we/they/others already/~ tried this/that/it;
we/they have/~ already tried/done/considered/discussed/rejected;
we've/they've already/~ tried/done/had/been/considered/discussed; we have tried/done/been;
we tried/did this/that/it/something; we had this/that;
this/that/it was already/~ tried/done/rejected; this/that/it has already/~ been tried/done;
this/that/it already/~ failed; this/that/it didn't work; tried this/that/it;
already tried/done/rejected; been there; we are already doing; we're already doing;
we already do this/that/it"""),
    "rules": N_("""\
this/that/it is/~ against the/our rules/law/policy/regulations;
this/that/it would/must/may/might be against the/our rules/law/policy/regulations;
it's/that's/its/thats against the/our rules/law/policy/regulations;
against the/our rules/law/policy/regulations; not allowed; not permitted;
this/that/it isn't allowed/legal/permitted; this/that/it is not allowed/legal/permitted;
this/that/it is illegal/forbidden; it's/that's/its/thats not allowed/legal/permitted;
it's/that's/its/thats illegal; it's/that's/its/thats forbidden; illegal; forbidden; prohibited;
legally impossible;
the law/rules/regulations/policy/gdpr/union/unions/lawyers/auditors do/does/will/would not/never;
the law/rules/regulations/policy/union/unions/lawyers/auditors don't/doesn't/won't/wouldn't;
the law/policy/regulation forbids/prohibits; the rules/regulations/laws forbid/prohibit;
legal/compliance/procurement/it/hr/security/finance will never;
legal/compliance/procurement/hr/security/finance won't;
data protection/privacy/gdpr/procurement/audit forbids/prohibits/will/won't/does/doesn't;
data protection!; gdpr!; you/we are not allowed; you/we aren't allowed;
we're/you're not allowed"""),
    "means": N_("""\
no budget; no money; no funds; no funding; no time!; no resources; no staff; no capacity;
no people!; there is no budget/money/funding/time/staff/capacity/way/chance/need;
there's no budget/money/funding/time/staff/capacity/way/chance/need;
there isn't any/the/enough budget/money/funding/time/staff/capacity;
there is not any/the/enough budget/money/funding/time/staff/capacity;
there are no resources/funds/people; there aren't any/enough resources/funds/people;
we have no budget/money/funding/time/staff/capacity/resources/people;
we do not have the/a/any/enough/~ budget/money/funding/time/staff/capacity/resources/people;
we don't have the/a/any/enough/~ budget/money/funding/time/staff/capacity/resources/people;
not enough budget/money/funding/time/staff/capacity/resources/people;
we/nobody can't/cannot/can afford; we can not afford; not in the budget; not in this/our budget;
this/that/it costs/takes too much; this/that/it would/will cost/take too much; costs too much;
this/that/it is/sounds/seems/looks/will/would be/~ far/much/way/simply/just/~ too
expensive/costly/dear/much/big/complex/complicated;
it's/that's/its/thats far/much/way/simply/just/~ too
expensive/costly/dear/much/big/complex/complicated;
far/much/way/~ too expensive/costly/dear/much/complex/complicated;
waste of money/time/resources; a waste of; what a waste; where is the money;
where's the money"""),
    "who": N_("""\
nobody/noone will/would/wants/needs/cares; no one will/would/wants/needs/cares;
people/citizens/parents/users/staff/employees/residents won't/wouldn't;
people/citizens/parents/users/staff/employees/residents don't want;
people/citizens/parents/users/staff/employees/residents will/would never/not;
the/our boss/bosses/management/mayor/minister/director/council/board/leadership/politicians
will/would never/not;
the/our boss/bosses/management/mayor/minister/director/council/board/leadership/politicians
won't/wouldn't;
management/leadership will/would never/not; management/leadership won't/wouldn't;
you will never get; you'll never get; they will/would/can never; they'd/they'll never;
they won't; not my/our/your job/business/problem/task/department/responsibility;
this/that/it isn't my/our/your job/business/problem/department/responsibility;
it's/that's/its/thats not my/our/your job/business/problem/department/responsibility;
this/that/it is not my/our/your job/business/problem/department/responsibility; not for us;
somebody/someone else should; who asked for; who needs this/that/it; politically impossible;
politically this/that/it"""),
    "habit": N_("""\
we/they have/~ always done; we've always done; we have/~ never done this/that/it;
we've never done this/that/it; this/that/it has always been; this/that/it isn't how we/things;
this/that/it is not how we/things/it; it's/that's/its/thats not how we/things/it;
this/that/it is just how/the way; it's/that's/its/thats just how/the way; that's not the way;
that is not the way; if it isn't/ain't broken/broke; if it is not broken;
never change a running/winning;
we are different; we're different; we are not london/amsterdam/paris/silicon/google;
we're not london/amsterdam/paris/silicon/google;
this/that/it doesn't/won't/wouldn't work/apply here;
this/that/it does/will/would not work/apply here; not here!;
not in our/this city/town/office/department/organisation/country/house; it works/worked fine;
everything is fine; this/that/it works fine as; this/that/it is fine as; we do fine; we're fine;
we are fine; why change; why fix"""),
    "time": N_("""\
not now; not yet; not this year; not today; maybe/perhaps later;
maybe/perhaps next/another/some/one year/month/day/time;
some other time; another time; next year!; later!;
this/that/it isn't the right time/moment; this/that/it is the wrong time/moment;
this/that/it is not the right time/moment; it's/that's too late/early;
it's/that's not the right; too late; too early; too soon; too risky; too dangerous;
too ambitious; it's/that's/its/thats far/much/way/simply/just/~ too risky/dangerous/ambitious;
this/that/it is/sounds/seems/would be/~ far/much/way/simply/just/~ too
risky/dangerous/ambitious/late/early;
the time is not; the time isn't; let's wait; let us wait; we should wait; wait until;
we need more data/time/research/studies; let's set up a committee; let's form a committee;
let's think about"""),
    "doubt": N_("""\
impossible; not possible; not feasible; not realistic; unrealistic; unworkable; unfeasible;
infeasible; utopian; naive;
this/that/it is/seems/sounds/looks/would be/~ impossible/unrealistic/unworkable/utopian/naive;
this/that/it isn't possible/feasible/realistic;
this/that/it is/seems/sounds/would be/~ simply/just/totally/completely
impossible/unrealistic/unworkable/utopian/naive;
this/that/it is simply/just/~ not possible/feasible/realistic/going;
this/that/it isn't/ain't going;
it's/that's/its/thats simply/just/~ not possible/feasible/realistic/going;
it's/that's/its/thats ~/simply/just/totally/completely
impossible/unrealistic/unworkable/utopian/naive;
this/that/it/these/those/they will/would/could/can/shall simply/just/~ never;
this/that/it/these/those/they will/would/could/can simply/just/~ not
work/fly/happen/help/change/solve/make/last/scale/pass;
this/that/it/they won't/wouldn't/can't/cannot/couldn't/doesn't/didn't be/~
work/done/fly/happen/help/change/solve/make/last/scale;
this/that/it never works/worked/flies/helps; it'll/that'll/they'll never;
this/that/it does/did not work/help/solve/scale; never going to; not going to;
will/would/can never work; won't/can't/cannot/doesn't work/fly/happen/help; i doubt;
i don't think/believe this/that/it/we/you/they/there/so/anyone/anybody/people;
i do not think/believe this/that/it/we/you/they/there/so/anyone/anybody/people;
i don't see how/why/any/this/that/it/the; i do not see how/why/any/this/that/it/the;
i can't/cannot see/imagine/support; i disagree; i'm against; i am against; i'm not convinced;
i am not convinced; i'm sceptical/skeptical; i am sceptical/skeptical; we/you can't/cannot;
we/you can not; we/you could/will/would never; why bother; what's/what is the point; forget it;
dream on; no chance; no way; pointless; useless; good luck with"""),
    "scorn": N_("""\
bad/terrible/stupid/silly/crazy/awful/dumb/horrible/ridiculous idea;
a bad/terrible/stupid/silly/crazy/awful/dumb/horrible/ridiculous idea;
what a/an bad/terrible/stupid/silly/crazy/awful/dumb/horrible/ridiculous;
this/that/it is/sounds/seems like/~ a bad/terrible/stupid/silly/crazy/awful/dumb;
it's/that's/its/thats a bad/terrible/stupid/silly/crazy/awful/dumb;
this/that/it is/sounds ~/just/really/so/simply
stupid/silly/crazy/nonsense/ridiculous/absurd/rubbish/dumb;
it's/that's/its/thats ~/just/really/so/simply
stupid/silly/crazy/nonsense/ridiculous/absurd/rubbish/dumb;
stupid!; nonsense; ridiculous; rubbish!; absurd; silly!; lol; get real; be realistic;
are you serious/kidding/crazy; you must be joking; who came up; whose idea; typical!;
here we go again; not this/that again; not again"""),
    "no": N_("""\
no!; nope; nah; no no; never!; no thanks; no thank you; absolutely/certainly not; of course not;
definitely not; hell no; no need; no good; not good/worth/needed/necessary; don't!;
stop this/that/it; veto; rejected; denied; -1"""),
}
