"""Correct servers, each in another way: an audit finds no defect in any of them."""
