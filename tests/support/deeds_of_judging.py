"""What can be done to entries, panels and results, with who may; for test_anothers_deeds.py."""

from datetime import UTC, datetime, timedelta

from tests.support.deed import Deed

OVERSEERS = {"manager", "admin", "admin everywhere"}
SOON = (datetime.now(UTC).date() + timedelta(days=20)).isoformat()
TEAM = {"captain", "team member"}
JUDGE = {"juror"}
# Judges and those who manage meet.
MEETING = OVERSEERS | JUDGE
WHY = {"reason": "So."}
CONFLICT = {"category": "family", "reason": "So."}
SCORES = {"score-{criterion_1}": "5", "score-{criterion_2}": "2", "page": "mine", "seen": "0"}
PANEL = {
    "name": "Mine",
    "entries_phase_id": "{entries_phase}",
    "phase_id": "{scoring_phase}",
    "reading": "blind",
}
CRITERION = {
    "criterion-0-name": "Mine",
    "criterion-0-weight": "100",
    "criterion-0-scale": "points",
    "criterion-0-least": "0",
    "criterion-0-most": "10",
    "criterion-0-step": "1",
}
RULE = {
    "method": "median",
    "missing": "leave_out_judge",
    "tie_break": "criteria",
    "decimals": "2",
    "trim_count": "1",
}
END = {"timezone": "UTC", "appeals_until": f"{SOON}T09:00"}
JUDGING = "/management/{campaign_id}/judging"
ONE_PANEL = JUDGING + "/{panel_id}"
RESULT = "/management/{campaign_id}/results/{panel_id}"
AWARD = RESULT + "/awards/{award_id}"
MEETS = "/deliberation/{panel_id}"
UNDECLARED = {"panel_id": "undeclared"}
OPEN = {"campaign_id": "judged"}
FINISHED = {"campaign_id": "finished_campaign", "panel_id": "finished_panel"}
EMPTY = {"campaign_id": "fresh_campaign", "panel_id": "empty_panel"}
READY = {"campaign_id": "ready_campaign", "panel_id": "ready_panel"}
SCORED = {"campaign_id": "closed_campaign", "panel_id": "closed_panel"}
RAN = {"campaign_id": "ran_campaign", "panel_id": "ran_panel"}
SHOWN = {"campaign_id": "result_campaign", "panel_id": "result_panel"}
UNANSWERED = {"campaign_id": "unanswered_campaign", "panel_id": "unanswered_panel"}
READABLE = {"campaign_id": "readable_campaign", "panel_id": "readable_panel"}
OVER = {"campaign_id": "over_campaign", "panel_id": "over_panel"}
WON = {"campaign_id": "won_campaign", "panel_id": "won_panel"}
CONTEST = {"campaign_id": "contest"}

DEEDS_OF_ENTRIES = (
    Deed("/entries/{entry_id}/draft", TEAM, {"title": "Mine", "saved": "{entry_saved}"}),
    Deed("/entries/{entry_id}/withdrawal", {"captain"}),
    Deed("/entries/{entry_id}/invitations", {"captain"}, {"address": "new@mail.example"}),
    Deed("/entries/{entry_id}/invitations/{invitation_id}/withdrawal", {"captain"}),
    Deed("/entries/{entry_id}/contributors/{person_id}/invitation", {"captain"},
         named={"person_id": "idea_contributor"}),
    Deed("/entries/{entry_id}/members/{person_id}/removal", {"captain"},
         named={"person_id": "team_member"}),
    Deed("/entries/{entry_id}/captain", {"captain"}, {"person": "{team_member}"}),
    Deed("/entries/{entry_id}/departure", {"team member"}),
    Deed("/entries/{entry_id}/confirmation", {"manager"}, named={"entry_id": "for_another"}),
    Deed("/invitations/{secret}/acceptance", JUDGE, named={"secret": "entry_secret"}),
    Deed("/invitations/{secret}/refusal", JUDGE, named={"secret": "entry_secret"}),
    Deed("/management/{campaign_id}/entries/new", OVERSEERS,
         {"address": "new@mail.example", "phase": "{entry_phase}"}, named=CONTEST),
    Deed("/management/{campaign_id}/entries/triage", OVERSEERS,
         WHY | {"entries": "{entry_id}", "eligible": "no"}, named=CONTEST),
    Deed("/management/{campaign_id}/form", OVERSEERS,
         {"field-0-kind": "short_text", "field-0-label": "Mine?"},
         named={"campaign_id": "no_entries"}),
    Deed("/management/{campaign_id}/form/versions", OVERSEERS,
         {"phase": "{entry_phase}", "do": "prepare"}, named=CONTEST),
)  # fmt: skip
DEEDS_OF_PANELS = (
    Deed("/assignments/{assignment_id}", JUDGE, SCORES),
    Deed("/assignments/{assignment_id}/scores", JUDGE, SCORES),
    Deed("/assignments/{assignment_id}/recusal", JUDGE, CONFLICT),
    Deed("/assignments/{assignment_id}/reopening", JUDGE, named={"assignment_id": "finished"}),
    Deed("/judging/{panel_id}/conflicts/{person_id}", JUDGE, CONFLICT,
         named=UNDECLARED | {"person_id": "entrant"}),
    Deed("/judging/{panel_id}/conflicts/{person_id}/removal", JUDGE,
         named=UNDECLARED | {"person_id": "entrant"}),
    Deed("/judging/{panel_id}/declaration", JUDGE, {"shown": "{entrant}"},
         named=UNDECLARED),
    Deed("/judging/{panel_id}/samples/{sample_id}", JUDGE, SCORES),
    Deed("/judging/{panel_id}/scores", JUDGE, named={"panel_id": "finished_panel"}),
    Deed("/judging/{panel_id}/expertise", JUDGE, {"expertise": "Bridges"}),
    Deed(JUDGING + "/new", OVERSEERS, PANEL, named=OPEN),
    Deed(ONE_PANEL + "/settings", OVERSEERS, PANEL, named=OPEN),
    Deed(ONE_PANEL + "/criteria", OVERSEERS, CRITERION, named=EMPTY),
    Deed(ONE_PANEL + "/judges", OVERSEERS, {"addresses": "new@mail.example"}, named=OPEN),
    Deed(ONE_PANEL + "/judges/{judge_id}/invitation", OVERSEERS,
         named=OPEN | {"judge_id": "waiting_judge"}),
    Deed(ONE_PANEL + "/judges/{judge_id}/names", OVERSEERS, WHY | {"entry": "{assigned_entry}"},
         named=OPEN),
    Deed(ONE_PANEL + "/judges/{judge_id}/removal", OVERSEERS, WHY, named=OPEN),
    Deed(ONE_PANEL + "/reminders", OVERSEERS,
         named=UNDECLARED | {"campaign_id": "fresh_campaign"}),
    Deed(ONE_PANEL + "/assignment", OVERSEERS, {"k": "", "seed": "mine"}, named=READY),
    Deed(ONE_PANEL + "/samples", OVERSEERS, {"title_1": "Mine", "text_1": "So."}, named=EMPTY),
    Deed(ONE_PANEL + "/closing", OVERSEERS, named=OPEN),
    Deed(ONE_PANEL + "/removal", OVERSEERS, named=EMPTY),
    Deed(RESULT + "/rule", OVERSEERS, RULE, named=READY),
    Deed(RESULT + "/readings", OVERSEERS, named=FINISHED),
    Deed(RESULT + "/entries/{entry_id}/readings", OVERSEERS,
         {"reader": "{reader}", "until": f"{SOON}T09:00", "timezone": "UTC"},
         named=READABLE | {"entry_id": "readable_entry"}),
    Deed(RESULT + "/judges", OVERSEERS, {"addresses": "new@mail.example"}, named=READABLE),
    Deed(RESULT + "/readings/{third_reading_id}/withdrawal", OVERSEERS, named=READABLE),
)  # fmt: skip
DEEDS_OF_RESULTS = (
    Deed(RESULT + "/runs", OVERSEERS, named=SCORED),
    Deed(RESULT + "/publication", OVERSEERS, END | {"run": "{run_id}", "seen": "0"}, named=RAN),
    Deed(RESULT + "/finality", OVERSEERS, named=OVER),
    Deed(RESULT + "/advancements", OVERSEERS,
         {"to_phase": "{later_phase}", "entries": "{ranked_entry}"}, named=SHOWN),
    Deed(RESULT + "/answers", OVERSEERS, named=UNANSWERED),
    Deed(RESULT + "/answers/{answer_id}", OVERSEERS, {"words": "Mine"},
         named=SHOWN | {"answer_id": "answer_of_result"}),
    Deed(RESULT + "/answers/signatures", OVERSEERS, {"seen": "{answer_of_result}.{answer_mark}"},
         named=SHOWN),
    Deed(RESULT + "/answers/release", OVERSEERS,
         {"answers_from": f"{SOON}T09:00", "timezone": "UTC"}, named=SHOWN),
    Deed(RESULT + "/appeals/{appeal_id}", OVERSEERS, WHY | {"upheld": "no"}, named=SHOWN),
    Deed(RESULT + "/appeals/{appeal_id}/scores/{scorecard_id}/{criterion_id}", OVERSEERS,
         WHY | {"new_value": "7"}, named=SHOWN | {"appeal_id": "upheld"}),
    Deed(RESULT + "/entries/{entry_id}/scores/{scorecard_id}/{criterion_id}", OVERSEERS,
         WHY | {"new_value": "7"}, named=SHOWN | {"entry_id": "ranked_entry"}),
    Deed(RESULT + "/awards", OVERSEERS, {"entry": "{ranked_entry}", "title": "Mine"},
         named=SHOWN),
    Deed(AWARD + "/checks", OVERSEERS, {"text": "Mine?"}, named=SHOWN),
    Deed(AWARD + "/checks/{check_id}", OVERSEERS, {"passed": "yes"}, named=SHOWN),
    Deed(AWARD + "/confirmation", OVERSEERS, named=WON | {"award_id": "confirmable"}),
    Deed(AWARD + "/payments", OVERSEERS, {"title": "Mine", "amount": "1"}, named=SHOWN),
    Deed(AWARD + "/payments/{payment_id}", OVERSEERS, {"paid_on": "2026-02-03"},
         named=WON | {"award_id": "confirmed"}),
    Deed(AWARD + "/revocation", OVERSEERS, WHY, named=SHOWN),
    Deed(RESULT + "/letters", OVERSEERS,
         {"recipients": "everyone", "subject": "Mine", "text": "So."}, named=SHOWN),
    Deed(RESULT + "/letters/{batch_id}", OVERSEERS, {"seen": "{letter}"}, named=SHOWN),
    Deed("/entries/{entry_id}/results/{result_id}/appeal", {"captain"}, {"text": "Mine."},
         named={"entry_id": "unanswered_entry"}),
    Deed("/advancements/{advancement_id}/acceptance", {"captain"}),
    Deed("/advancements/{advancement_id}/refusal", {"captain"}),
    Deed(MEETS + "/entries", MEETING, {"number": "{second_number}", "why": "So."}, named=SHOWN),
    Deed(MEETS + "/entries/{item_id}/notes", MEETING, {"text": "Mine."}, named=SHOWN),
    Deed(MEETS + "/entries/{item_id}/decisions", MEETING, WHY | {"kind": "advance"}, named=SHOWN),
    Deed(MEETS + "/decisions/{decision_id}/signature", JUDGE, named=SHOWN),
)  # fmt: skip
DEEDS_OF_JUDGING = (*DEEDS_OF_ENTRIES, *DEEDS_OF_PANELS, *DEEDS_OF_RESULTS)
