package main

type server struct{ name string }

func newServer(name string) *server { return &server{name: name} }
