// Package store keeps hours.
package store

// Hours of a week.
const Hours = 38
