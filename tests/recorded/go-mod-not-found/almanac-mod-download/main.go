package main

import "fmt"

func main() {
	fmt.Println("almanac ready")
}
