// Package dsp adds signals.
package dsp

/*
#cgo CFLAGS: -O3 -mfpu=neon -mfloat-abi=hard
static float add(float a, float b) { return a + b; }
*/
import "C"

// Add adds.
func Add(a, b float32) float32 { return float32(C.add(C.float(a), C.float(b))) }
