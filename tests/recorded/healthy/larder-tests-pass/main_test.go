package main

import (
	"errors"
	"testing"
)

func TestErrorText(t *testing.T) {
	err := errors.New("dial tcp 10.0.0.5:5432: connect: connection refused")
	t.Logf("simulated: %v", err)
	t.Log("simulated: x509: certificate signed by unknown authority")
}
