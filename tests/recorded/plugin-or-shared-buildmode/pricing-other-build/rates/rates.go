// Package rates has the rates.
package rates

// Standard is the usual one.
const Standard = 19
