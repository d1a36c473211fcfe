namespace Padron.Domain.Tests;

/// <summary>The specs are worth what their helper is: it must fail where a decision is another than the one expected.</summary>
public sealed class SpecTests
{
    [Fact]
    public void A_refusal_that_does_not_come_fails() => Fails(() => Decision([]).ThenRefused("code"));

    [Fact]
    public void A_refusal_by_another_code_fails() => Fails(() => Refusal("other").ThenRefused("code"));

    [Fact]
    public void A_refusal_where_events_are_expected_is_not_swallowed() =>
        Should.Throw<RuleViolationException>(() => Refusal("code").ThenNothing());

    [Fact]
    public void Another_order_too_few_too_many_and_other_events_fail()
    {
        Fails(() => Decision(["a", "b"]).Then("b", "a"));
        Fails(() => Decision(["a"]).Then("a", "b"));
        Fails(() => Decision(["a", "b"]).Then("a"));
        Fails(() => Decision(["a"]).Then("b"));
        Fails(() => Decision(["a"]).ThenNothing());
    }

    static When Decision(object[] events) => new Given<int>(0).When(_ => events);

    static When Refusal(string code) => new Given<int>(0).When(_ => throw new RuleViolationException(code, "No."));

    static void Fails(Action spec) => Should.Throw<ShouldAssertException>(spec);
}
