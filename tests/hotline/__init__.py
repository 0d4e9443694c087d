"""The hotline told as scenarios. See docs/how-to/write-a-call-scenario.md."""

import pytest

# An `assert` of a sentence says what it compared, as in a test.
pytest.register_assert_rewrite("tests.hotline.steps", "tests.hotline.world", "tests.hotline.people")
