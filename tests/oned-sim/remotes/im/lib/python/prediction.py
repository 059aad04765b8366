"""Where a front-end's forecasts would be made; a test's machine has no history to make them from.

The imports are the point: the real one wants the whole standard library before it looks for anything else.
"""
import argparse
import os
import sys
import time
import xml.etree.ElementTree
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Dict, Optional, Tuple, Union

try:
    import numpy
    import yaml
except ImportError as missing:
    print(f"Error: {missing} ({type(missing).__name__})", file=sys.stderr)

sys.exit(0)
