-- How many erasures there are: cheap, and another number when there is a new one. No parameters.
SELECT count() AS size FROM control_erasures
