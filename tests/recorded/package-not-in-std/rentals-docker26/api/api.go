// Package api is the API.
package api

// Version of it.
const Version = "v2"
