package main

import (
	"fmt"

	"timesheet/store"
)

func main() { fmt.Println(store.Hours) }
