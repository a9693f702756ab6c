package crc

// Kind of the implementation.
const Kind = "arm64"
