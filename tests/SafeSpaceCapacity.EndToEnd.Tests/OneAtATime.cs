// The servers under test share two cores and are timed: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
