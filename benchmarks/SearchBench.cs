using Padron.Application.Contacts;
using Padron.Application.Search;
using Padron.Benchmarks.Harness;
using Padron.Benchmarks.Reference;
using Padron.Domain.Numbering;

namespace Padron.Benchmarks;

/// <summary>Searches as HTTP asks for them, each for one page, beside <c>ilike</c> over all contacts: the customer's documents have no statement for it.</summary>
sealed class SearchBench(Bench bench, Register register)
{
    public const string Area = "search";

    const int Rounds = 3;
    const int PerRound = 200;
    const int Page = 50; // HTTP's own
    const double Share = 0.95;
    const double DigitsLimit = 20; // ms
    const double WordsLimit = 150;

    public static async Task RunAsync(Bench bench)
    {
        var register = await bench.FilledAsync();
        await using var reference = await ReferenceTables.CreateAsync(register);
        var queries = await SearchQueries.DrawAsync(register, Rounds * PerRound);
        var (search, contacts, measure) = (register.Get<ContactSearch>(), register.Get<GetContact>(), new SearchBench(bench, register));

        await measure.RunAsync(
            "by number, in four spellings", queries.Numbers(), DigitsLimit, async query => await contacts.GetAsync(PhoneNumber.Parse(query.Text)) is not null,
            new("the index of a flat copy", PerRound, query => reference.FindAsync(query.Patterns[0])));
        await measure.RunAsync(
            "by the first 3 to 9 digits", queries.Beginnings(), DigitsLimit, query => FindsAsync(search.ByPhoneAsync(query.Text, Page, query.Cursor)), measure.LikePhone);
        await measure.RunAsync(
            "by the last 4 to 9 digits", queries.Endings(), DigitsLimit, query => FindsAsync(search.ByPhoneEndingAsync(query.Text, Page, query.Cursor)), measure.LikePhone);

        await WordsAsync("by one word of a name", queries.Names(1));
        await WordsAsync("by two words of a name", queries.Names(2));
        await WordsAsync("by three words of a name", queries.Names(3));
        await WordsAsync("by two words of a name, one mistyped", queries.Mistyped());
        await WordsAsync("by any word, each once, most of them rare", queries.RareWords());
        await WordsAsync("by two words and a number of an address", queries.Addresses());

        Task WordsAsync(string work, IEnumerable<SearchQuery> asked) =>
            measure.RunAsync(work, asked, WordsLimit, query => FindsAsync(search.ByTextAsync(query.Text, Page, query.Cursor)), measure.LikeWords);
    }

    // One a round: most of them read every contact.
    Naive LikePhone => new("ilike over the contacts", 1, query => LikeAsync(
        "select id from read.contacts where phone_national like $1 and phone_e164 > coalesce((select phone_e164 from read.contacts where id = $2), '') order by phone_e164 limit $3",
        query, query.Patterns[0]));

    Naive LikeWords => new("ilike over the contacts", 1, query => LikeAsync(
        "select id from read.contact_profiles where concat_ws(' ', full_name, address, neighborhood) ilike all ($1) and id > $2 order by id limit $3",
        query, query.Patterns));

    /// <param name="limit">Milliseconds for 99 of a hundred.</param>
    /// <param name="find">Whether it found somebody.</param>
    async Task RunAsync(string work, IEnumerable<SearchQuery> asked, double limit, Func<SearchQuery, Task<bool>> find, Naive naive)
    {
        SearchQuery[] queries = [.. asked]; // each is asked once: another time it would find its pages in the cache
        var series = new Series(Area, work, "pages");
        var latencies = new Latencies();
        var beside = series.Beside(naive.Work);
        var found = 0;
        await find(queries[0]); // opens the connection
        foreach (var (round, mine) in queries.Chunk(PerRound).Index())
        {
            (Track, Func<Task<double>>)[] works =
            [
                (series.Measured, () => EachAsync(mine, query => latencies.MeasureAsync(async () => found += await find(query) ? 1 : 0))),
                (beside, () => EachAsync([.. mine.Take(naive.PerRound)], naive.FindAsync)),
            ];
            await Series.AlternateAsync(rounds: 1, round % 2 == 0 ? works : [.. works.Reverse()]);
        }

        series.Note = $"{latencies}; {found:N0} of {queries.Length:N0} found somebody";
        bench.Add(series.ToFigure(latencies.Limit(limit, Share)));
    }

    async Task LikeAsync(string sql, SearchQuery query, object patterns)
    {
        await using var command = register.DataSource.CreateCommand(sql);
        command.CommandTimeout = 0;
        foreach (var value in (object[])[patterns, query.Cursor ?? Guid.Empty, Page])
            command.Parameters.Add(new() { Value = value });
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            reader.GetGuid(0);
    }

    static async Task<double> EachAsync(SearchQuery[] queries, Func<SearchQuery, Task> run)
    {
        foreach (var query in queries)
            await run(query);
        return queries.Length;
    }

    static async Task<bool> FindsAsync(Task<ContactPage> page) => (await page).Contacts.Count > 0;

    /// <param name="PerRound">Of the round's queries, how many: the first ones.</param>
    sealed record Naive(string Work, int PerRound, Func<SearchQuery, Task> FindAsync);
}
