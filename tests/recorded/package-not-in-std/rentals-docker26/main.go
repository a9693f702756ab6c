package main

import (
	"fmt"

	"rentals/api"
)

func main() { fmt.Println(api.Version) }
