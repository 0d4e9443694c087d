"""The product's settings with no middleware, for the bare views it is compared with."""

from config.settings import *  # noqa: F403

MIDDLEWARE = []
ROOT_URLCONF = "benchmarks.floor"
