module example.com/chat/chatroom

go 1.24

require github.com/google/uuid v1.9.9
