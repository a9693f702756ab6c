package main

import (
	"fmt"

	"example.com/desk/tray/internal/tray"
)

func main() { fmt.Println(tray.Title) }
