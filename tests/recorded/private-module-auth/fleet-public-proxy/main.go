package main

import (
	"fmt"

	"github.com/acme-fleet/geo"
)

func main() { fmt.Println(geo.Distance(1, 2)) }
