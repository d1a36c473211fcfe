using System.Globalization;

namespace Padron.Integration.Tests.Plans;

/// <summary>What the test of the plans rests on: reading queries out of the source, and plans out of the server's messages.</summary>
public sealed class PlanReadingTests
{
    [Fact]
    public void A_plan_loses_its_costs_and_the_values_of_the_run()
    {
        var plan = CapturedPlan.Parse(
            """
            duration: 0.042 ms  plan:
            Query Text: select version from events.mt_streams
             where id = $1 and type = 'contact'
            Query Parameters: $1 = '0198c0de-0000-7000-8000-000000000001'
            Index Scan using pkey_mt_streams_id on mt_streams  (cost=0.42..8.44 rows=1 width=8)
              Index Cond: (id = '0198c0de-0000-7000-8000-000000000001'::uuid)
              Filter: ((type)::text = 'contact'::text)
            """)!;

        plan.Statement.ShouldBe("select version from events.mt_streams\n where id = $1 and type = 'contact'");
        plan.Plan.ShouldBe(
            """
            Index Scan using pkey_mt_streams_id on mt_streams
              Index Cond: (id = '…'::uuid)
              Filter: ((type)::text = 'contact'::text)
            """);
        plan.SequentialScans.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Seq Scan on mt_events e  (cost=0.00..1.00 rows=1 width=1)")]
    [InlineData("Gather  (cost=0.00..1.00 rows=1 width=1)\n  ->  Parallel Seq Scan on mt_events  (cost=0.00..1.00 rows=1 width=1)")]
    [InlineData("Limit  (cost=0.00..1.00 rows=1 width=1)\n  CTE page\n    ->  Seq Scan on events.mt_events  (cost=0.00..1.00 rows=1 width=1)")]
    public void A_sequential_scan_is_seen_wherever_it_stands_in_the_plan(string plan) =>
        CapturedPlan.Parse($"duration: 1.000 ms  plan:\nQuery Text: select 1\n{plan}")!.SequentialScans.ShouldBe(["mt_events"]);

    [Fact]
    public void Another_notice_is_no_plan() => CapturedPlan.Parse("relation \"states\" already exists, skipping").ShouldBeNull();

    [Fact]
    public void Queries_are_found_in_every_form_of_string()
    {
        const string Code = """"
            class Sample
            {
                const string Columns = "id, version"; // a string, no query
                const string Plain = "select id from read.contacts where name = \"x\"";
                const string Verbatim = @"delete from queue.messages where kind = ""a""";
                char quote = '"', escaped = '\'';
                /* "select id from read.states" is a comment */
                string Interpolated(bool all) => $"select {Columns} from events.mt_events where {(all ? "true" : "version > 1")} and data = '{{}}'";
                string Raw(string table) => $"""
                    select max(version) -- the newest
                      from events.{table}
                    """;
                string NotOurs = "select 1 from pg_locks";
                string Prose = "with the read model of padron, all is well";
            }
            """";

        SourceQuery.InCode("Sample.cs", Code).Select(query => query.Sql.Replace(StringLiterals.Hole, '…')).ShouldBe(
        [
            "select id from read.contacts where name = \"x\"",
            "delete from queue.messages where kind = \"a\"",
            "select … from events.mt_events where … and data = '{}'",
            "select max(version) from events.…",
        ]);
    }

    [Fact]
    public void A_script_has_a_query_a_statement_and_a_marker_that_is_replaced_is_a_hole()
    {
        var queries = SourceQuery.InScript("x.sql", "-- First.\nselect id from queue.messages for update /*busy*/;\n\ndelete from queue.messages;\n").ToArray();

        queries.Length.ShouldBe(2);
        queries[0].IsIn("select id from queue.messages\n for update skip locked").ShouldBeTrue();
        queries[0].IsIn("select id from queue.messages for update").ShouldBeTrue();
        queries[0].IsIn("select id, kind from queue.messages for update").ShouldBeFalse();
    }

    [Fact]
    public void The_source_has_queries_in_every_layer_that_speaks_to_the_database()
    {
        var files = SourceQuery.In(Fixture.Repository.PathOf("src")).Select(query => query.File).ToArray();

        files.ShouldContain("MartenExtensions/append-many.sql");
        files.ShouldContain("Projections/Contacts/contacts.sql");
        files.ShouldContain("Application/Extractions/PoolWalk.cs");
        files.Length.ShouldBeGreaterThan(40, string.Create(CultureInfo.InvariantCulture, $"{files.Length} is fewer than there were when this was written."));
    }
}
