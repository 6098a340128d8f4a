"""Which scripts make a page believe that it is in another browser?"""

from dataclasses import replace

from harness.load.profiles import load_profiles
from harness.record.acting import acting_scripts


def test_a_plain_profile_is_told_nothing():
    assert list(acting_scripts(load_profiles()["none"])) == []


def test_the_limit_of_script_cookies_is_told_in_seconds():
    (script,) = acting_scripts(replace(load_profiles()["none"], script_cookie_days=7))
    assert "(604800, 0, [])" in script


def test_the_shorter_limit_after_a_classified_link_is_told_with_its_hosts():
    (script,) = acting_scripts(load_profiles()["safari"])
    assert '(604800, 86400, ["facebook.com", ' in script


def test_global_privacy_control_is_told():
    (script,) = acting_scripts(replace(load_profiles()["none"], gpc=True))
    assert "globalPrivacyControl" in script
