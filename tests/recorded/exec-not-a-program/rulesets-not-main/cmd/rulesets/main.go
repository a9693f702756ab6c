package main

import "fmt"

func main() {
	fmt.Println("rulesets ready")
}
