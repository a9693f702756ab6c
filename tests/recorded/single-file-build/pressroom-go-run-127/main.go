package main

import "fmt"

func main() {
	for _, f := range loadFeeds() {
		fmt.Println(f)
	}
}
