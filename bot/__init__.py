"""The program: command line, configuration, schedule, store, delivery, platforms. Wires `handlers` to `report`."""
