package main

import (
	"fmt"
	"net/http"
	"time"
)

type store struct{ name string }

func open(path string) *store { return nil }

func main() {
	s := open("/data")
	go func() { fmt.Println(s.name) }()
	time.Sleep(100 * time.Millisecond)
	http.ListenAndServe(":8080", nil)
}
