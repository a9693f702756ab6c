// Package hops counts.
package hops

// Grams of it.
const Grams = 12
