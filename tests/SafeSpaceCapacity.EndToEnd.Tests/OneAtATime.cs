using SafeSpaceCapacity.EndToEnd.Tests.Harness;

// The servers under test share two cores and are timed: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: TestCaseOrderer(typeof(TestOrder))]
