"""Migrations of Sequelize."""
