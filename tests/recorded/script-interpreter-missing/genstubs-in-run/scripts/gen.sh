#!/bin/bash
set -e
cat > version_gen.go <<EOF
package main

const version = "$(date +%Y.%m)"
EOF
