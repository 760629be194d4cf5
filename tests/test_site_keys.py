"""The site's secret key: signs and seals, from a setting or a file, and can be changed."""

import base64
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ideahub.core.config import Misconfigured, read_config
from ideahub.core.site_keys import FILE, CannotUnseal, SiteKeys

OLD = base64.b64encode(bytes([251]) * 32).decode()
NEW = base64.b64encode(bytes(range(32))).decode()


def keys_from(setting: str = "", var: Path | None = None) -> SiteKeys:
    return SiteKeys(read_config({"IDEAHUB_SECRET_KEY": setting, "IDEAHUB_VAR": str(var or "")}))


def test_a_signature_holds_for_its_text_and_purpose_only() -> None:
    keys = keys_from(NEW)
    signed = keys.signature("mail", "7")
    assert keys.is_signature("mail", "7", signed)
    assert not keys.is_signature("mail", "8", signed)
    assert not keys.is_signature("other", "7", signed)
    assert not keys.is_signature("mail", "7", "ünlesbar")
    assert not keys_from(OLD).is_signature("mail", "7", signed)


def test_what_is_sealed_is_opened_by_its_key_for_its_row_and_purpose_only() -> None:
    keys = keys_from(NEW)
    sealed = keys.seal("names", b"Ada", of="person:7")
    assert b"Ada" not in sealed
    assert sealed != keys.seal("names", b"Ada", of="person:7")
    assert keys.unseal("names", sealed, of="person:7") == b"Ada"
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for other, purpose, data, row in (
        (keys, "names", sealed, "person:8"),
        (keys, "other", sealed, "person:7"),
        (keys, "names", changed, "person:7"),
        (keys, "names", b"", "person:7"),
        (keys_from(OLD), "names", sealed, "person:7"),
    ):
        with pytest.raises(CannotUnseal):
            other.unseal(purpose, data, of=row)


def test_a_key_can_be_changed_and_the_old_one_still_holds_after_it() -> None:
    before = keys_from(OLD)
    signed, sealed = before.signature("mail", "7"), before.seal("names", b"Ada", of="7")
    after = keys_from(f"{NEW}, {OLD}")
    assert after.is_signature("mail", "7", signed)
    assert after.unseal("names", sealed, of="7") == b"Ada"
    assert keys_from(NEW).unseal("names", after.seal("names", b"Ben", of="7"), of="7") == b"Ben"


def test_without_a_setting_the_first_process_makes_a_file_that_only_its_user_reads(
    tmp_path: Path,
) -> None:
    with ThreadPoolExecutor(8) as pool:
        many = [keys_from(var=tmp_path / "var") for _ in range(8)]
        signed = set(pool.map(lambda keys: keys.signature("mail", "7"), many))
    assert len(signed) == 1
    kept = tmp_path / "var" / FILE
    assert stat.S_IMODE(kept.stat().st_mode) == stat.S_IRUSR | stat.S_IWUSR
    assert [file.name for file in kept.parent.iterdir()] == [FILE]


@pytest.mark.parametrize("setting", ["short", "not base64 at all !", NEW[:30]])
def test_a_key_that_is_too_short_is_refused(setting: str) -> None:
    with pytest.raises(Misconfigured, match="IDEAHUB_SECRET_KEY"):
        keys_from(setting)
