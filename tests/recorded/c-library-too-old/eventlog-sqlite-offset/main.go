package main

import (
	"fmt"

	"example.com/audit/eventlog/internal/lite"
)

func main() { fmt.Println(lite.Version(), lite.ErrorOffset()) }
