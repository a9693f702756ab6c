package main

import (
	"fmt"

	"github.com/proglottis/gpgme"
)

func main() { fmt.Println(gpgme.EngineCheckVersion(gpgme.ProtocolOpenPGP)) }
