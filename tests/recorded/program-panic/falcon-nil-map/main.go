package main

import "log"

type registry struct{ seen map[string]int }

func (r *registry) add(name string) { r.seen[name]++ }

func main() {
	log.Println("falcon starting")
	var r registry
	r.add("peregrine")
}
