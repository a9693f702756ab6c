// Package rulesets holds the rules.
package rulesets

// Count tells how many rules there are.
func Count() int { return 3 }
