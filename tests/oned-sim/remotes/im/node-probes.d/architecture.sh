#!/bin/bash
echo "ARCH=$(uname -m)"
