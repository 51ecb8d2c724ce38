"""What cannot be so in the world: places within smaller ones, effects before their causes, units that do not fit."""
