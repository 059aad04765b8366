#!/bin/bash
# Forecasts by Python 3.9 or later; without one there are none.
configuration=$(cat)
version=$(python3 --version | cut -d ' ' -f2)
major=$(echo "$version" | cut -d. -f1)
minor=$(echo "$version" | cut -d. -f2)
python=python3
if [[ "$major" -lt 3 ]] || [[ "$major" -eq 3 && "$minor" -lt 9 ]]; then
    python=$(command -v python3.11 || command -v python3.9) || exit 0
fi
host_id=$(echo "$configuration" | xmllint --xpath 'string(//HOST_ID)' -)
libraries=/var/tmp/one/im/lib/python
PYTHONPATH=$libraries $python $libraries/prediction.py --entity "host,$host_id,0,/var/tmp/one_db" --pythonpath $libraries
