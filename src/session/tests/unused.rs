//! `.plan` and the indexes that a query leaves alone.

use super::{free, options, talk};

#[test]
fn a_plan_names_the_indexes_left_alone() {
    insta::assert_snapshot!(talk(
        options(free()),
        "create index by_time on orders (created_at);
        create index pending on orders (user_id) where status = 'pending';
        select id, user_id from orders where strftime('%Y-%m', created_at) = '2025-11' limit 3;
        .plan
        .plan more
        .plan more select id from orders where user_id = 7 and status = :status
        .param set status pending
        .plan select id from orders where user_id = 7 and status = :status
        .plan more select nothing from orders
        .plan more"
    ));
}
