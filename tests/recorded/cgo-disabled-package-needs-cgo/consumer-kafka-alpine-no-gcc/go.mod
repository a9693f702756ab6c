module example.com/events/consumer

go 1.24

require github.com/confluentinc/confluent-kafka-go v0.11.6
