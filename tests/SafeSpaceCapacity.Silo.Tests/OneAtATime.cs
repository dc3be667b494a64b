using SafeSpaceCapacity.EndToEnd.Tests.Harness;

// Silos under test share two cores and one database: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: TestCaseOrderer(typeof(TestOrder))]
