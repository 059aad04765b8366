#!/bin/bash
# The beacon: this machine's clock.
date +%s
