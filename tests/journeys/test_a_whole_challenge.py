"""A whole challenge: a manager, an entrant and a team, three judges and an appeal, from the
template to the final result."""

from pathlib import Path

from tests.journeys.browsing import Stage
from tests.journeys.whole import concluding, entering, judging, setting_up
from tests.journeys.whole.played import prepare


async def test_from_template_to_final_result(stage: Stage, tmp_path: Path) -> None:
    whole = await prepare(stage)
    for step in (
        setting_up.set_up,
        setting_up.change_the_form,
        setting_up.change_rules_and_prize,
        judging.set_up_panel,
        setting_up.publish,
        entering.open_for_entries,
        entering.cem_enters,
        entering.ada_and_ben_enter,
        entering.ada_submits,
        entering.decide_eligibility,
        judging.invite_judges,
        judging.judges_accept,
        judging.assign,
        judging.judges_score,
        concluding.publish_result,
        concluding.answer_everyone,
        concluding.appeal,
        concluding.decide_appeal,
        concluding.make_final,
        concluding.award,
        concluding.answer_everyone,
        concluding.ben_reads,
    ):
        await step(whole)
    await concluding.everyone_can_compute(whole, tmp_path)
