package epoll

// Name of the mechanism.
const Name = "epoll"
