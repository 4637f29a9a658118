exercise.run()
