#!/bin/bash
set -e
exec shiftplan "$@"
