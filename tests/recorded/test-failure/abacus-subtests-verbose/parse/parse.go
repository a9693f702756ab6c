// Package parse reads amounts.
package parse

import "strings"

// Cents of an amount.
func Cents(s string) int { return len(strings.TrimSuffix(s, "0")) }
