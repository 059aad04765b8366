#!/bin/bash
echo "HOSTNAME=$(uname -n)"
